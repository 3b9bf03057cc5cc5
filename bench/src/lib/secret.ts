/** The secret of everything that has to agree: the peers here and the apps under load. 32 characters, as some demand. */
export const secret = 'q7Zt1mWc9Lx4Rb2Vn8Ks5Hd0Yf3Jg6Pa'
